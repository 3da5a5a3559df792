"""The commands that the documents tell an operator, so that what is tested is what is told."""

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent.parent
README = ROOT / "README.md"
INSTALL = ROOT / "packaging" / "INSTALL.md"


class Document:
    """The shell blocks of a Markdown file, or of one of its sections; each is handed out by words that only it has."""

    def __init__(self, path, section=None):
        self.path = path
        self.blocks = list(_blocks(path.read_text().splitlines(), section))
        self.left = list(self.blocks)

    def block(self, words):
        """The one block with these words in it."""
        found = [block for block in self.blocks if words in block]
        if len(found) != 1:
            raise LookupError(f"{self.path.name}: {len(found)} blocks with `{words}`, there should be one")
        self.left = [block for block in self.left if block != found[0]]
        return found[0]

    def line(self, words):
        """The one line with these words, of the one block that has them."""
        found = [line for line in self.block(words).splitlines() if words in line]
        if len(found) != 1:
            raise LookupError(f"{self.path.name}: {len(found)} lines with `{words}`, there should be one")
        return found[0]


def _blocks(lines, section):
    inside, block = section is None, None
    for line in lines:
        if block is not None:
            if line.startswith("```"):
                yield "\n".join(block) + "\n"
                block = None
            else:
                block.append(line)
        elif section and line.startswith("## "):
            inside = line == f"## {section}"
        elif inside and line == "```sh":
            block = []
