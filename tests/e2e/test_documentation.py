"""What the documentation tells authors to write is proved by the real command."""

import re
from pathlib import Path

from real_command import Command

PAGE = Path(__file__).parents[2] / "docs" / "writing-items.md"


def test_the_items_on_the_page_for_authors_are_proved(tmp_path: Path) -> None:
    pattern, items, *_ = re.findall(r"```yaml\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    (tmp_path / "shapes" / "items").mkdir(parents=True)
    (tmp_path / "shapes" / "pattern.yaml").write_text(pattern, encoding="utf-8")
    (tmp_path / "shapes" / "items" / "basics.yaml").write_text(items, encoding="utf-8")
    document = Command(tmp_path)("verify", str(tmp_path / "shapes"), "--trust", "--format", "json").document()
    assert {item["item"]: item["status"] for item in document["items"]} == dict.fromkeys(
        ("two-rows-of-three", "sum-of-rows", "shapes-do-not-fit", "views-share"), "proved"
    )
