"""Writes tests/data/formats/fixtures: twelve icons of lucide-static in the formats and schemas that
sources read, by other people's writers. Run from the root of the repository:

    python -m venv venv && venv/bin/pip install pyarrow==26.0.1 pandas==3.1.1 datasets==5.2.0 webdataset==1.0.2
    venv/bin/python tests/golden/make_data_sources.py
"""
import csv, io, json, os, pathlib, shutil, tarfile

import datasets
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import webdataset as wds

root = pathlib.Path(__file__).resolve().parents[2]
out = root / "tests/data/formats/fixtures"
shutil.rmtree(out, ignore_errors=True)
out.mkdir(parents=True)

icons = root / "node_modules/lucide-static/icons"
names = "arrow-up arrow-down check x circle house heart star bell mail key sun".split()
rows = []
for name in sorted(names):
    text = (icons / f"{name}.svg").read_text()
    svg = text[text.index("<svg"):].strip()
    words = name.replace("-", " ")
    rows.append({"id": name, "name": words, "blip": f"a drawing of {words}", "svg": svg})
for row in rows:
    row["caption"] = f"{row['name']}. {row['blip']}"

plain = pd.DataFrame([{k: r[k] for k in ("id", "caption", "svg")} for r in rows])
core = pd.DataFrame([{"name": r["name"], "blip_caption": r["blip"], "svg_code": r["svg"],
                      "svg_path": r["svg"], "source": "lucide"} for r in rows])
mmsvg = pd.DataFrame([{"id": r["id"], "svg": r["svg"], "description": r["caption"], "keywords": r["name"],
                       "detail": r["caption"]} for r in rows])
brief = pd.DataFrame([{"id": r["id"], "svg": r["svg"], "description": r["name"], "keywords": r["name"],
                       "detail": r["blip"]} for r in rows])
ask = "Generate an SVG illustration from the given description."
gen = [{"instruction": ask, "input": r["caption"], "output": r["svg"]} for r in rows]
un = [{"instruction": "What does this SVG show?", "input": r["svg"], "output": r["caption"]} for r in rows]
chat = [{"messages": [{"role": "system", "content": "You draw."}, {"role": "user", "content": r["caption"]},
                      {"role": "assistant", "content": "```svg\n" + r["svg"] + "\n```"}]} for r in rows]
shared = [{"conversations": [{"from": "human", "value": r["svg"]}, {"from": "gpt", "value": r["caption"]}]}
          for r in rows]

plain.to_json(out / "pandas.jsonl", orient="records", lines=True)
plain.to_json(out / "pandas.json", orient="records", indent=1)
plain.to_csv(out / "pandas.csv", index=False)
plain.to_csv(out / "pandas.tsv", index=False, sep="\t", encoding="utf-16")
# The writer of Python's own csv module: line ends of Excel, quotes where they are needed, or everywhere.
for ending, how in (("csv", {}), ("tsv", {"dialect": "excel-tab", "quoting": csv.QUOTE_ALL})):
    with open(out / f"python.{ending}", "w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, ["id", "caption", "svg"], extrasaction="ignore", **how)
        writer.writeheader()
        writer.writerows(rows)
(out / "alpaca-gen.json").write_text(json.dumps(gen, indent=1))
(out / "alpaca-un.json").write_text(json.dumps(un))
(out / "chat.json").write_text(json.dumps(chat))
(out / "sharegpt.jsonl").write_text("".join(json.dumps(row) + "\n" for row in shared))

table = pa.Table.from_pandas(plain, preserve_index=False)
for codec in ("none", "snappy", "gzip", "brotli", "zstd", "lz4"):
    pq.write_table(table, out / f"plain-{codec}.parquet", compression=codec, row_group_size=5)
pq.write_table(pa.Table.from_pandas(core, preserve_index=False), out / "svgx-core.parquet", compression="zstd",
               data_page_version="2.0", use_dictionary=False)
pq.write_table(pa.Table.from_pandas(mmsvg, preserve_index=False), out / "mmsvg.parquet", compression="snappy")
pq.write_table(pa.Table.from_pandas(brief, preserve_index=False), out / "mmsvg-brief.parquet")
pq.write_table(pa.Table.from_pylist(gen), out / "svgx-sft.parquet", compression="gzip")
pq.write_table(pa.Table.from_pylist(chat), out / "chat.parquet", compression="zstd")
# Pages of one row each, for damage that only some rows suffer.
pq.write_table(table, out / "pages.parquet", compression="none", use_dictionary=False, data_page_size=1,
               write_batch_size=1, write_page_index=True)

datasets.disable_progress_bars()
saved = datasets.Dataset.from_pandas(plain, preserve_index=False)
saved.save_to_disk(str(out / "saved"), num_shards=2)
datasets.DatasetDict({"train": saved.select(range(8)), "test": saved.select(range(8, len(rows)))}).save_to_disk(
    str(out / "saved-splits"))
# Of lists and large strings, and without a drawing.
wrong = pa.table({"caption": ["a"], "pixels": pa.array([[1, 2]], pa.list_(pa.int32()))})
with pa.ipc.new_stream(str(out / "wrong.arrow"), wrong.schema) as writer:
    writer.write_table(wrong)
large = pa.table({"id": pa.array(plain["id"], pa.large_string()),
                  "captions": pa.array([[c] for c in plain["caption"]], pa.list_(pa.string())),
                  "svg": pa.array(plain["svg"], pa.large_string())})
with pa.ipc.new_file(str(out / "large.arrow"), large.schema) as writer:
    writer.write_table(large, max_chunksize=7)
with pa.ipc.new_stream(str(out / "batches.arrow"), large.schema) as writer:
    writer.write_table(large, max_chunksize=3)


def add(tar, name, data, kind=tarfile.REGTYPE, link=""):
    info = tarfile.TarInfo(name)
    info.size, info.type, info.linkname = len(data), kind, link
    tar.addfile(info, io.BytesIO(data))


for ending, mode in (("tar", "w"), ("tar.gz", "w:gz")):
    with tarfile.open(out / f"shard.{ending}", mode) as tar:
        for r in rows:
            add(tar, f"{r['id']}.svg", r["svg"].encode())
            if ending == "tar":
                add(tar, f"{r['id']}.txt", r["caption"].encode())
            else:
                add(tar, f"{r['id']}.json", json.dumps({"caption": r["caption"]}).encode())
            add(tar, f"{r['id']}.png", b"no picture")
# WebDataset's own writer, which names files by key and column, with whose owners and times it likes.
for ending, column in (("tar", "txt"), ("tar.gz", "json")):
    with wds.TarWriter(str(out / f"webdataset.{ending}"), mtime=0) as sink:
        for r in rows:
            said = r["caption"] if column == "txt" else {"caption": r["caption"]}
            sink.write({"__key__": r["id"], "svg": r["svg"].encode(), column: said})
with tarfile.open(out / "hostile.tar.gz", "w:gz") as tar:
    add(tar, "../climbs.svg", rows[0]["svg"].encode())
    add(tar, "/root.svg", rows[0]["svg"].encode())
    add(tar, "link.svg", b"", tarfile.SYMTYPE, "/etc/passwd")
    add(tar, "bad.svg", b"<svg>\xff\xfe</svg>")
    add(tar, "bad.txt", b"bad bytes")
    add(tar, "huge.svg", b" " * 1_000_001)
    add(tar, "good.svg", rows[0]["svg"].encode())
    add(tar, "good.txt", rows[0]["caption"].encode())

omni = out / "omnisvg"
(omni / "svg").mkdir(parents=True)
for r in rows:
    (omni / "svg" / f"{r['id']}.svg").write_text(r["svg"])
meta = pd.DataFrame([{"id": r["id"], "desc_en": r["caption"], "detail_en": r["caption"]} for r in rows])
meta[:8].to_csv(omni / "train_meta.csv", index=False)
meta[8:].to_csv(omni / "val_meta.csv", index=False)
for kind in ("txt", "json"):
    folder = out / f"folder-{kind}"
    folder.mkdir()
    for r in rows:
        (folder / f"{r['id']}.svg").write_text(r["svg"])
        text = r["caption"] if kind == "txt" else json.dumps({"caption": r["caption"]})
        (folder / f"{r['id']}.{kind}").write_text(text)
