"""Files -> Bank. `loader.load` reads a folder and reports every problem of every file at once."""
