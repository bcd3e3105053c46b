import type { InputHTMLAttributes, ReactNode } from "react";

interface Props extends InputHTMLAttributes<HTMLInputElement> {
  label: string;
  hint?: ReactNode;
}

/** A field with its label above and, where needed, a hint beneath. */
export function Labelled({ label, hint, ...input }: Props) {
  return (
    <label className="stack gap-1">
      <span className="label">{label}</span>
      <span className="field">
        <input {...input} />
      </span>
      {hint && <span className="xxs t3">{hint}</span>}
    </label>
  );
}

interface ChoiceProps {
  label: string;
  name: string;
  of: readonly (readonly [value: string, shown: string])[];
  chosen?: string;
  onChoose?(value: string): void;
}

/** One of several, by name. */
export function Choice({ label, name, of, chosen, onChoose }: ChoiceProps) {
  const choose = onChoose ? { value: chosen, onChange: (e: React.ChangeEvent<HTMLSelectElement>) => onChoose(e.target.value) } : { defaultValue: chosen };
  return (
    <label className="stack gap-1">
      <span className="label">{label}</span>
      <select className="field" name={name} {...choose}>
        {of.map(([value, shown]) => (
          <option key={value} value={value}>
            {shown}
          </option>
        ))}
      </select>
    </label>
  );
}
