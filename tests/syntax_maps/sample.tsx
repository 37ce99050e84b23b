import React, { useState } from 'react';

interface Props {
  title: string;
  onClose?: () => void;
}

/** Shows a dialog. */
export const Dialog: React.FC<Props> = ({ title, onClose }) => {
  const [open, setOpen] = useState(true);
  const close = () => {
    setOpen(false);
    onClose?.();
  };
  return (
    <div className="dialog">
      <h1>{title}</h1>
      <button onClick={close}>Close</button>
    </div>
  );
};

export default function App({ children }: { children: React.ReactNode }): JSX.Element {
  return <Dialog title="Hello">{children}</Dialog>;
}

const Input = React.forwardRef<HTMLInputElement, Props>(function Input({ title }, ref) {
  return <input ref={ref} placeholder={title} />;
});

export class Boundary extends React.Component<Props, { failed: boolean }> {
  state = { failed: false };

  static getDerivedStateFromError(): { failed: boolean } {
    return { failed: true };
  }

  render() {
    return this.state.failed ? null : this.props.children;
  }
}

export function useCounter<T,>(start: number): [number, () => void] {
  const [count, set] = useState(start);
  return [count, () => set(count + 1)];
}

const styles = {
  dialog: { padding: 4 },
  button: (active: boolean) => ({ color: active ? 'red' : 'grey' }),
};
