import { globSync, readFileSync } from "node:fs";

/** Every dependency has an exact version and a line that says why it is there. */
export function dependenciesAreJustified(): string[] {
  const why = readFileSync("docs/dependencies.md", "utf8");
  return globSync(["package.json", "packages/*/package.json"]).flatMap((file) => {
    const { dependencies = {}, devDependencies = {} } = JSON.parse(readFileSync(file, "utf8")) as Record<
      string,
      Record<string, string>
    >;
    return Object.entries({ ...dependencies, ...devDependencies }).flatMap(([name, version]) => [
      ...(/^\d+\.\d+\.\d+$/.test(version) ? [] : [`${file}: ${name} is ${version}, not an exact version`]),
      ...(why.includes(`\`${name}\``) || name.startsWith("@corex/")
        ? []
        : [`docs/dependencies.md says nothing about ${name}`]),
    ]);
  });
}
