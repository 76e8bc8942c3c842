"""Run by bubblewrap: shuts itself in further and becomes the program."""
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

if __name__ == "__main__":
    import confine

    confine.main(sys.argv)
