"""What can be done with the output of a step: look for things in it, look at it in other ways, hand it on."""
