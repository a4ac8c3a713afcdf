"""`python -m zhanggui`."""

from zhanggui.cli import main

if __name__ == "__main__":
    main(prog_name="zhanggui")
