/** How a module of Node's is had without an import that a bundler sees; since Node 20.16. */
interface Builtins {
  readonly getBuiltinModule?: (name: string) => unknown;
}

/**
 * A module of Node's own, had only when it is needed: what runs in browsers and on edges as well is
 * bundled for them, and a bundler knows no `node:http`.
 */
export const builtin = async <M>(name: `node:${string}`): Promise<M> => {
  const found: unknown =
    builtinNow(name) ?? (await import(/* @vite-ignore */ /* webpackIgnore: true */ name));
  return found as M;
};

/** The same at once; `undefined` where there is none, or Node is an older one. */
export const builtinNow = <M>(name: `node:${string}`): M | undefined => {
  const { process } = globalThis as { readonly process?: Builtins };
  return process?.getBuiltinModule?.(name) as M | undefined;
};
