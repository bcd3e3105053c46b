/** The test environment's own handle, for the address a page believes to have. */
interface Window {
  happyDOM: { setURL(url: string): void };
}
