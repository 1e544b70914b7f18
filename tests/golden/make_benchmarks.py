"""
A small MMSVGBench in the layout that is published: data/text2svg-00000-of-00001.parquet with the columns
text and type.

    pip install pyarrow
    python tests/golden/make_benchmarks.py
"""

import pathlib

import pyarrow
import pyarrow.parquet

out = pathlib.Path(__file__).parent.parent / "judge/fixtures/MMSVGBench/data"
out.mkdir(parents=True, exist_ok=True)
rows = [("A red heart", "icon"), ("An arrow that points up", "icon"), ("", "icon"),
        ("A house beside a tree under the sun", "illustration")]
table = pyarrow.table({"text": [text for text, _ in rows], "type": [kind for _, kind in rows]})
pyarrow.parquet.write_table(table, out / "text2svg-00000-of-00001.parquet")
