"""Experiments: a training recipe run for real in a child process, audited, recorded, and told as events.

The parent side never imports torch. `child/` is what the training process runs, `pretrain/` how the shipped backbone
was made, `weights/` that backbone and its model card.
"""
