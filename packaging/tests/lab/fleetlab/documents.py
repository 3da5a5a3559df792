"""The commands that the documents give an operator, so that what is documented is what is tested."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[4]
PAGES = [ROOT / "packaging" / "docs" / name for name in ("INSTALL.md", "OPERATIONS.md", "UPGRADING.md")]


class Documents:
    """The shell blocks of Markdown files; each is handed out by words that only it has."""

    def __init__(self, paths):
        self.names = ", ".join(path.name for path in paths)
        self.blocks = [block for path in paths for block in _blocks(path.read_text().splitlines())]
        self.left = list(self.blocks)

    def block(self, words):
        """The one block with these words in it."""
        found = [block for block in self.blocks if words in block]
        if len(found) != 1:
            raise LookupError(f"{self.names}: {len(found)} blocks with `{words}`, there should be one")
        self.left = [block for block in self.left if block != found[0]]
        return found[0]

    def line(self, words):
        """The one line with these words, of the one block that has them."""
        found = [line for line in self.block(words).splitlines() if words in line]
        if len(found) != 1:
            raise LookupError(f"{self.names}: {len(found)} lines with `{words}`, there should be one")
        return found[0]


def _blocks(lines):
    block = None
    for line in lines:
        if block is not None:
            if line.startswith("```"):
                yield "\n".join(block) + "\n"
                block = None
            else:
                block.append(line)
        elif line == "```sh":
            block = []
