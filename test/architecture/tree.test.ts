// What is written about the tree is true of the tree: the map, the links, the sizes, what may be mentioned where.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "../..");
const read = (file: string): string => readFileSync(join(root, file), "utf8");
const ignored = new Set([
  ".git",
  ...read(".gitignore")
    .split("\n")
    .map((line) => line.replace(/\/$/, "")),
]);
/** Made by tools: nobody reads or writes them line by line. */
const isMade = (file: string): boolean => file === "package-lock.json" || file.startsWith("d1-migrations/");
const foldersIn = (folder: string): string[] =>
  readdirSync(join(root, folder), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !ignored.has(entry.name))
    .map((entry) => join(folder, entry.name));

/** Every file that is written by hand, as a path from the root. */
function filesIn(folder: string): string[] {
  const own = readdirSync(join(root, folder), { withFileTypes: true })
    .filter((entry) => entry.isFile() && !ignored.has(entry.name) && !entry.name.endsWith(".log"))
    .map((entry) => join(folder, entry.name));
  return [...own, ...foldersIn(folder).flatMap(filesIn)].filter((file) => !isMade(file));
}
const files = filesIn(".");
const isOutside = (file: string, ...folders: string[]): boolean => !folders.some((folder) => file.startsWith(`${folder}/`));

test("the map of the README has a row for every folder, and every row has its folder", () => {
  // The Workers are the rooms, not what holds them; rooms of the domain are named one by one.
  const tree = foldersIn(".").flatMap((folder) => {
    if (folder === "workers") return foldersIn(folder);
    return folder === "domain" ? [folder, ...foldersIn(folder)] : [folder];
  });
  const rows = [...read("README.md").matchAll(/^\| `([^`]+)\/` \|/gm)].map(([, folder = ""]) => folder);
  expect(rows.toSorted()).toEqual(tree.toSorted());
});

test("no file outside test/ is longer than 300 lines", () => {
  const long = files.filter((file) => isOutside(file, "test") && read(file).trimEnd().split("\n").length > 300);
  expect(long).toEqual([]);
});

test("only tests and benches know of folders beside the repository", () => {
  const telling = files.filter((file) => isOutside(file, "test", "bench") && /\.\.\/shared|\/work\/|\/root\//.test(read(file)));
  expect(telling).toEqual([]);
});

/** GitHub's anchor of a heading. */
const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, "")
    .replaceAll(" ", "-");

test("every link between documents leads somewhere", () => {
  const documents = files.filter((file) => file.endsWith(".md") && isOutside(file, "test"));
  expect(documents).toEqual(expect.arrayContaining(["README.md", "docs/operating.md"]));
  const broken = documents.flatMap((document) => {
    const links = [...read(document).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link]) => link ?? "");
    return links
      .filter((link) => !/^[a-z]+:/.test(link))
      .filter((link) => {
        const [path = "", anchor] = link.split("#");
        const target = path === "" ? join(root, document) : resolve(root, dirname(document), path);
        if (!target.startsWith(root) || !existsSync(target)) return true;
        const headings =
          anchor === undefined ? [] : [...readFileSync(target, "utf8").matchAll(/^#+ (.*)$/gm)].map(([, text]) => text ?? "");
        return anchor !== undefined && !headings.map(anchorOf).includes(anchor);
      })
      .map((link) => `${document}: ${link}`);
  });
  expect(broken).toEqual([]);
});

test("every document of docs/ can be reached from the README", () => {
  const reached = new Set<string>();
  const follow = (document: string): void => {
    if (reached.has(document) || !existsSync(join(root, document))) return;
    reached.add(document);
    for (const [, link = ""] of read(document).matchAll(/\]\(([^)#\s]+\.md)/g)) follow(join(dirname(document), link));
  };
  follow("README.md");
  expect([...reached].filter((file) => file.startsWith("docs/")).toSorted()).toEqual(
    files.filter((file) => file.startsWith("docs/")).toSorted(),
  );
});

test("every command of package.json that a document tells of is there", () => {
  const { scripts } = JSON.parse(read("package.json")) as { scripts: Record<string, string> };
  const told = files
    .filter((file) => file.endsWith(".md"))
    .flatMap((file) => [...read(file).matchAll(/npm run ([a-z][a-z:-]*)/g)].map(([, name]) => name ?? ""));
  expect(told.filter((name) => !(name in scripts))).toEqual([]);
  for (const command of Object.values(scripts)) {
    const script = / node (\S+\.ts)/.exec(command)?.[1];
    if (script !== undefined) expect([script, existsSync(join(root, script))]).toEqual([script, true]);
  }
});
