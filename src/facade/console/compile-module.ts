/**
 * The JavaScript of a module of the page, without a look at its types. Only for a server that runs from its TypeScript
 * sources, where development packages are at hand; a build holds the JavaScript already.
 */
export async function compileModule(typeScript: string): Promise<string> {
  const { default: compiler } = await import('typescript');
  const { ModuleKind, ScriptTarget, transpileModule } = compiler;
  const compilerOptions = {
    module: ModuleKind.ESNext,
    target: ScriptTarget.ES2023,
    verbatimModuleSyntax: true,
  };
  return transpileModule(typeScript, { compilerOptions }).outputText;
}
