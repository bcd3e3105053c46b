/** The parts of a room, as links: each has an address of its own. */
export function RoomTabs({ name, parts, at }: { name: string; parts: readonly (readonly [address: string, shown: string])[]; at: string }) {
  return (
    <nav className="parts" aria-label={name}>
      {parts.map(([address, shown]) => (
        <a key={address} href={address} {...(address === at ? { "aria-current": "page" as const } : {})}>
          {shown}
        </a>
      ))}
    </nav>
  );
}
