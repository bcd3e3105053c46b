import { useId, type ReactNode } from "react";

interface Props<T> {
  name: string;
  items: readonly T[];
  at: number;
  keyOf(item: T): string;
  choose(item: T): void;
  empty: ReactNode;
  children: (item: T) => ReactNode;
}

/** A list over the box: arrows move, Enter and Tab choose, Escape closes; the pointer works as well. */
export function Picker<T>({ name, items, at, keyOf, choose, empty, children }: Props<T>) {
  const id = useId();
  if (!items.length) return <div className="picker xs t3 pad">{empty}</div>;
  return (
    <ul className="picker" role="listbox" aria-label={name} id={id}>
      {items.map((item, i) => (
        <li
          key={keyOf(item)}
          role="option"
          aria-selected={i === at}
          onMouseDown={(event) => {
            event.preventDefault();
            choose(item);
          }}
        >
          {children(item)}
        </li>
      ))}
    </ul>
  );
}
