/** Heddle's mark: two warp threads and a weft that passes over one and under the other, an H. */
export function LogoMark({ size = 28 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden="true">
      <rect width="32" height="32" rx="8" fill="#5f4bd8" />
      <g fill="none" strokeLinecap="round">
        <path d="M11 7.5v17" stroke="#fff" strokeWidth="3.4" />
        <path d="M5.5 16h21" stroke="#5f4bd8" strokeLinecap="butt" strokeWidth="6.6" />
        <path d="M5.5 16h21" stroke="#c9bfff" strokeWidth="3.2" />
        <path d="M21 11.5v9" stroke="#5f4bd8" strokeLinecap="butt" strokeWidth="6.2" />
        <path d="M21 7.5v17" stroke="#fff" strokeWidth="3.4" />
      </g>
    </svg>
  );
}
