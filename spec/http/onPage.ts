/** The address of the page that a spec runs on; none, where it is a server. */
export const onPage = (href: string | undefined): void => {
  if (href === undefined) return;
  Object.defineProperty(globalThis, 'location', { value: new URL(href), configurable: true });
};

afterEach(() => {
  Reflect.deleteProperty(globalThis, 'location');
});
