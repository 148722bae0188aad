import js from '@eslint/js';
import tseslint from 'typescript-eslint';

export default tseslint.config(
  { ignores: ['dist/', 'node_modules/', 'coverage/'] },
  js.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [...tseslint.configs.strictTypeChecked, ...tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      // Nest's modules are classes with nothing in them.
      '@typescript-eslint/no-extraneous-class': ['error', { allowWithDecorator: true }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-confusing-void-expression': [
        'error',
        { ignoreArrowShorthand: true, ignoreVoidOperator: true },
      ],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      // A GraphQL type describes a shape; what is returned as one is a plain object.
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
      // Interfaces of libraries are asynchronous where we have nothing to wait for.
      '@typescript-eslint/require-await': 'off',
      // Code points are what addresses and names are made of.
      '@typescript-eslint/no-misused-spread': 'off',
      // Columns and fields are declared for decorators; the framework fills them.
      '@typescript-eslint/consistent-type-definitions': 'off',
      // The environment is read in one place.
      'no-restricted-syntax': [
        'error',
        {
          selector: "MemberExpression[object.name='process'][property.name='env']",
          message: 'The environment is read in libs/core/config.ts alone.',
        },
      ],
    },
  },
  { files: ['libs/core/config.ts', 'test/support/server.ts'], rules: { 'no-restricted-syntax': 'off' } },
  {
    files: ['**/*.js'],
    languageOptions: {
      globals: {
        process: 'readonly',
        console: 'readonly',
        URL: 'readonly',
        setInterval: 'readonly',
        clearInterval: 'readonly',
      },
    },
  },
);
