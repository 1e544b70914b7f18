/** What several processes say to each other, over each MPI that is here. */
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import {
  agreed,
  alone,
  gatherTexts,
  type MpiVersion,
  readLaunch,
  readVersion,
  shareOfCores,
} from "../../distributed/index.ts";
import { skipTests } from "../testing/skip.ts";
import { answers, launchers, startRanks, whyNone } from "./mpirun.ts";

const program = (name: string) => [join(import.meta.dirname, name)] as const;

interface Answer {
  readonly rank: number;
  readonly size: number;
  readonly agreedError: { readonly kind: string; readonly message: string };
  readonly [figure: string]: unknown;
}

for (const launcher of launchers()) {
  test(`${launcher.name}: three ranks add, share and join numbers and texts`, async () => {
    const ended = await startRanks(launcher, 3, program("communicator-worker.ts"));
    assert.is(ended.code, 0, ended.stderr);
    const all = answers<Answer>(ended).sort((a, b) => a.rank - b.rank);
    assert.equal(
      all.map(({ rank }) => rank),
      [0, 1, 2],
    );
    for (const answer of all) {
      const { rank, agreedError } = answer;
      assert.is(answer.summary, `${launcher.name}, 3 processes`);
      assert.equal(answer.whole, [-1, -1, 6, 6, -1, -1]);
      assert.is(answer.doubles, 3 + 3 * 2 ** -40);
      assert.equal([answer.largest, answer.least], [2, 0]);
      assert.equal(answer.told, [1, 1]);
      // Of three ranks with 10 more each: 3 i + 30.
      assert.equal(answer.own, [[30], [33, 36], [39, 42]][rank]);
      assert.equal(answer.joined, [30, 33, 36, 39, 42]);
      assert.is(answer.values, 10 * rank, "what is reduced and scattered stays as it was");
      assert.equal(answer.bytes, [1, 2]);
      assert.equal(answer.texts, ["", "ü", "üü"]);
      assert.is(answer.text, "from rank 0");
      assert.is(answer.value, 2 * rank);
      assert.match(agreedError.message, rank === 1 ? /^rank 1 cannot$/ : /^rank 1: rank 1 cannot$/);
      const { kind, isCommon, isUsage } = agreedError as Record<string, unknown>;
      const expected = rank === 1 ? ["own", true, null] : ["other", true, true];
      assert.equal([kind, isCommon, isUsage], expected);
    }
  });
}

const [one, other] = launchers();
if (one === undefined) skipTests(whyNone);

if (one !== undefined && other !== undefined) {
  test("a library of another build than the launcher's is refused in one line", async () => {
    const file = other.name.startsWith("MPICH") ? "libmpich.so.12" : "libmpi.so.40";
    const { code, stderr } = await startRanks(one, 2, program("communicator-worker.ts"), {
      env: { PATHLOOM_MPI: file },
    });
    assert.is.not(code, 0);
    assert.match(stderr, /MpiError: .* started 2 processes, but .* sees 1: launcher and library/);
  });
}

if (one !== undefined) {
  test("a rank that fails ends all with its message", async () => {
    const { code, stdout, stderr } = await startRanks(one, 2, program("failing-worker.ts"));
    assert.is.not(code, 0);
    assert.match(stderr, /rank 1 of 2: Error: rank 1 is out of luck/);
    assert.is(stdout.includes("nobody gets here"), false);
  });

  for (const [how, then] of [
    ["returns", "adds"],
    ["exits", "adds"],
    ["returns", "waits"],
    ["exits", "waits"],
    ["finishes", "gathers"],
  ] as const) {
    test(`a rank that ${how} early ends all with a message, where the other ${then}`, async () => {
      const worker = program("leaving-worker.ts");
      const ended = await startRanks(one, 2, [...worker, how, then], { seconds: 60 });
      assert.is(ended.code, 1, ended.stderr);
      assert.match(ended.stderr, /rank 1 of 2 ended while rank 0 still had work for all/);
      assert.is(ended.stdout.includes("nobody gets here"), false);
    });
  }

  test("ranks that have nothing left for each other may end one after the other", async () => {
    const ended = await startRanks(one, 2, [...program("leaving-worker.ts"), "returns", "sleeps"]);
    assert.is(ended.code, 0, ended.stderr);
    assert.match(ended.stdout, /rank 0 is awake/);
  });

  test("what is no MPI is refused by its name", async () => {
    const { code, stderr } = await startRanks(one, 2, program("communicator-worker.ts"), {
      env: { PATHLOOM_MPI: "/nowhere/libmpi.so" },
    });
    assert.is.not(code, 0);
    assert.match(stderr, /\/nowhere\/libmpi\.so cannot join them: it cannot be loaded/);
  });
}

test("builds are told apart by what they say of themselves", () => {
  const read = (text: string) => {
    const { product, version, abi }: Partial<MpiVersion> = readVersion(text) ?? {};
    return product === undefined ? null : [product, version, abi?.name];
  };
  assert.equal(read("Open MPI v4.1.4, package: Debian OpenMPI, ident: 4.1.4"), [
    ...["Open MPI", "4.1.4", "open-mpi"],
  ]);
  assert.equal(read("MPICH Version:\t4.0.2\nMPICH Release date:\tThu Apr"), [
    ...["MPICH", "4.0.2", "mpich"],
  ]);
  assert.equal(read("Intel(R) MPI Library 2021.5 for Linux* OS\n"), [
    ...["Intel MPI", "2021.5", "mpich"],
  ]);
  assert.equal(read("MVAPICH2 Version      :\t2.3.7\n"), ["MVAPICH", "2.3.7", "mpich"]);
  assert.is(read("Open MPI v1.10.2, package"), null, "older than its binary interface");
  assert.is(read("Microsoft MPI 10.1"), null);
});

test("who started a process is read from what launchers set", () => {
  assert.is(readLaunch({}), null);
  assert.is(readLaunch({ SLURM_NTASKS: "4", SLURM_PROCID: "0" }), null, "a batch script alone");
  assert.equal(readLaunch({ SLURM_STEP_NUM_TASKS: "4" }), {
    ...{ launcher: "srun", size: 4, abi: null },
  });
  const inside = readLaunch({ SLURM_STEP_NUM_TASKS: "2", OMPI_COMM_WORLD_SIZE: "8" });
  assert.equal(inside, { launcher: "mpirun of Open MPI", size: 8, abi: "open-mpi" });
  assert.equal(readLaunch({ PMI_SIZE: "3", MPI_LOCALNRANKS: "3" }), {
    ...{ launcher: "mpiexec of MPICH", size: 3, abi: "mpich" },
  });
  assert.is(readLaunch({ PMI_SIZE: "many" }), null);
});

test("one process alone agrees with itself", async () => {
  assert.equal(gatherTexts(alone, "a"), ["a"]);
  assert.is(await agreed(alone, () => 3), 3);
  const own = new Float32Array(2);
  alone.reduceScatter(Float32Array.of(1, 2), Int32Array.of(2), own);
  assert.equal([...own], [1, 2]);
  assert.ok(shareOfCores(alone) >= 1);
});

test.run();
