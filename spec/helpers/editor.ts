import { join } from 'node:path';
import ts from 'typescript';

const root = join(__dirname, '../..');

/** What an editor asks of a file that is being written, in this project, and on no disk. */
export const editor = (file: string, text: string): ts.LanguageService => {
  const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), (path) =>
    ts.sys.readFile(path),
  ) as { readonly config: unknown };
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root);
  const textOf = (path: string) => (path === file ? text : ts.sys.readFile(path));
  return ts.createLanguageService({
    readFile: textOf,
    directoryExists: (path) => ts.sys.directoryExists(path),
    getDirectories: (path) => ts.sys.getDirectories(path),
    fileExists: (path) => path === file || ts.sys.fileExists(path),
    getCompilationSettings: () => options,
    getCurrentDirectory: () => root,
    getDefaultLibFileName: (of) => ts.getDefaultLibFilePath(of),
    getScriptFileNames: () => [file],
    getScriptVersion: () => '1',
    getScriptSnapshot: (path) => {
      const content = textOf(path);
      return content === undefined ? undefined : ts.ScriptSnapshot.fromString(content);
    },
  });
};
