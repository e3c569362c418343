// What ESLint holds the scripts of the pages to. Types are the checker's; how they look is nobody's quarrel.

import js from "@eslint/js";
import globals from "globals";

export default [
  {
    files: ["actionlearn/widgets/js/**/*.js", "actionlearn/server/static/**/*.js"],
    ignores: ["actionlearn/server/static/vendor/**"],
    languageOptions: { ecmaVersion: 2024, sourceType: "module", globals: globals.browser },
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: {
      ...js.configs.recommended.rules,
      "no-empty": ["error", { allowEmptyCatch: true }],
      "no-shadow-restricted-names": "error",
      "no-unused-vars": ["error", { argsIgnorePattern: "^_", caughtErrors: "all" }],
      "no-use-before-define": ["error", { functions: false, variables: false }],
      "no-var": "error",
      "prefer-const": ["error", { destructuring: "all" }],
      eqeqeq: ["error", "always", { null: "ignore" }],
    },
  },
];
