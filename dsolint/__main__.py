"""`python -m dsolint`."""

from dsolint.cli import main

if __name__ == "__main__":
    main()
