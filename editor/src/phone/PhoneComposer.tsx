import { useEffect, useRef, useState, type FormEvent, type ReactNode } from 'react';
import classes from './PhoneComposer.module.css';

interface Props {
  readonly placeholder: string;
  readonly sendLabel: string;
  onSend(text: string): void;
  readonly testId: string;
  /** Takes the keyboard as soon as the screen opens. */
  readonly isFocused?: boolean;
  readonly children?: ReactNode;
}

/** The box in which the person writes. Enter sends, Shift+Enter makes a new line. */
export function PhoneComposer({ placeholder, sendLabel, onSend, testId, isFocused = false, children }: Props) {
  const [text, setText] = useState('');
  const field = useRef<HTMLTextAreaElement>(null);
  useEffect(() => {
    // On a touch screen this would raise the keyboard over half of the phone.
    if (isFocused && window.matchMedia('(pointer: fine)').matches) field.current?.focus({ preventScroll: true });
  }, [isFocused]);
  const send = (event?: FormEvent) => {
    event?.preventDefault();
    const words = text.trim();
    if (words === '') return;
    onSend(words);
    setText('');
  };
  return (
    <form className={classes['composer']} onSubmit={send}>
      {children}
      <div className={classes['field']}>
        <textarea
          ref={field}
          rows={1}
          value={text}
          placeholder={placeholder}
          aria-label={placeholder}
          maxLength={2200}
          onChange={(event) => setText(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key === 'Enter' && !event.shiftKey && !event.nativeEvent.isComposing) {
              event.preventDefault();
              send();
            }
          }}
          data-testid={`${testId}-input`}
        />
        <button type="submit" disabled={text.trim() === ''} data-testid={`${testId}-send`}>
          {sendLabel}
        </button>
      </div>
    </form>
  );
}
