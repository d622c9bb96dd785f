"""What the training child runs. It imports torch, torchvision, numpy, scikit-learn and safetensors, and no more."""
