"""How the shipped backbone was made: a ResNet-18 trained on 1,000 classes of rendered glyphs, none of them a digit.

`python -m quizkit.lab.pretrain all --work FOLDER` does everything again, from nothing but a package registry:

    fonts      fetch the fonts from pinned packages, each file checked by its digest
    render     choose the 1,000 classes and draw every one in every font that has it
    train      500,000 distorted images, SGD with a one-cycle schedule; killed, it goes on from its last checkpoint
    quantise   write the eight-bit file
    evaluate   measure the transfer to handwritten digits, and write the record and the model card

Invariant: the classes, the drawn glyphs and the images of any step depend on the fonts and the seed alone, so a
training that was interrupted and one that was not see the same images.

It needs the `pretrain` extra. Like a child program it imports torch, and nothing of the parent's.
"""
