import { IconFileImport } from '@tabler/icons-react';
import { useRef, useState, type DragEvent, type ReactNode } from 'react';
import classes from './FileDropZone.module.css';

/** A page onto which a file can be dropped. While a file hovers over it, it says what will happen. */
export function FileDropZone({
  isEnabled,
  onFile,
  children,
}: {
  isEnabled: boolean;
  onFile: (file: File) => void;
  children: ReactNode;
}) {
  const [isOver, setIsOver] = useState(false);
  // Entering a child fires "enter" before the parent's "leave": only the count tells whether the pointer left for good.
  const depth = useRef(0);
  const hasFile = (event: DragEvent) => isEnabled && event.dataTransfer.types.includes('Files');
  return (
    <div
      className={classes['zone']}
      onDragEnter={(event) => {
        if (!hasFile(event)) return;
        event.preventDefault();
        depth.current += 1;
        setIsOver(true);
      }}
      onDragOver={(event) => {
        if (hasFile(event)) event.preventDefault();
      }}
      onDragLeave={(event) => {
        if (!hasFile(event)) return;
        depth.current -= 1;
        if (depth.current <= 0) setIsOver(false);
      }}
      onDrop={(event) => {
        if (!hasFile(event)) return;
        event.preventDefault();
        depth.current = 0;
        setIsOver(false);
        const file = event.dataTransfer.files[0];
        if (file !== undefined) onFile(file);
      }}
      data-testid="drop-zone"
    >
      {children}
      {isOver && (
        <div className={classes['overlay']}>
          <div className={classes['card']}>
            <IconFileImport size={36} stroke={1.5} aria-hidden />
            <strong>Drop to import the flow</strong>
            <span>It becomes a draft. Nothing runs until you publish it.</span>
          </div>
        </div>
      )}
    </div>
  );
}
