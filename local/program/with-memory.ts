import type { Provider } from "./evaluate";

/** The provider, and one that knows what it made, makes nothing, and says so where it would have to. */
export function withMemory(provider: Provider): Provider & { readonly known: Provider } {
  const made = new Map<string, Awaited<ReturnType<Provider["create"]>>>();
  const key = ({ type, name }: { type: string; name: string }) => `${type} ${name}`;
  return {
    invoke: (token, inputs) => provider.invoke(token, inputs),
    create: async (resource) => {
      const one = await provider.create(resource);
      made.set(key(resource), one);
      return one;
    },
    known: {
      invoke: (token, inputs) => provider.invoke(token, inputs),
      create: (resource) => {
        const one = made.get(key(resource));
        return one
          ? Promise.resolve(one)
          : Promise.reject(new Error(`the change needs ${key(resource)}: start anew with it`));
      },
    },
  };
}
