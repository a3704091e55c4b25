import eslint from "@eslint/js";
import tseslint from "typescript-eslint";

export default tseslint.config(
  {
    ignores: [
      "node_modules",
      "artifacts",
      "cache",
      "typechain-types",
      "coverage",
      "circuits/build",
      ".cache",
      ".corex",
    ],
  },
  eslint.configs.recommended,
  ...tseslint.configs.recommendedTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      "@typescript-eslint/no-explicit-any": "error",
      "@typescript-eslint/ban-ts-comment": "error",
      "@typescript-eslint/no-floating-promises": "error",
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true, allowBoolean: true }],
      // Node runs TypeScript by erasing types: nothing that would need a transformation.
      "no-restricted-syntax": [
        "error",
        "TSEnumDeclaration",
        "TSModuleDeclaration[declare!=true]",
        "TSParameterProperty",
        "TSImportEqualsDeclaration",
        "TSExportAssignment",
      ],
      "max-lines": ["error", { max: 350 }],
    },
  },
  {
    files: ["**/*.mjs", "**/*.js"],
    extends: [tseslint.configs.disableTypeChecked],
    languageOptions: { globals: { console: "readonly", process: "readonly" } },
  },
  {
    files: ["test/**/*.ts"],
    rules: {
      "@typescript-eslint/no-unused-expressions": "off", // chai asserts by properties
      "@typescript-eslint/unbound-method": "off", // Hardhat's helpers are functions that types call methods
    },
  },
);
