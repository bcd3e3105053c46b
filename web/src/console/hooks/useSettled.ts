import { useEffect, useState } from "react";

const TYPED_MS = 600;

/** What somebody types, a moment after the last key. */
export function useSettled<T>(value: T): T {
  const [settled, settle] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => settle(value), TYPED_MS);
    return () => clearTimeout(timer);
  }, [value]);
  return settled;
}
