"""The planted-fault run: each single mistake of the sandbox has to be noticed by the contract suite."""
