"""How resources of AWS belong together, whichever of several ways a program says it in."""
