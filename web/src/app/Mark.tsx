/** Two steps that lead into a third. */
export function Mark({ size = 24 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 24 24" aria-hidden>
      <rect width="24" height="24" rx="6" fill="var(--accent)" />
      <path
        d="M8 8.8v6.4M9.8 7.8l4.4 2.8M9.8 16.2l4.4-2.8"
        fill="none"
        stroke="var(--on-accent)"
        strokeWidth="1.6"
        strokeLinecap="round"
      />
      <g fill="var(--on-accent)">
        <circle cx="8" cy="6.7" r="2.1" />
        <circle cx="8" cy="17.3" r="2.1" />
        <circle cx="16" cy="12" r="2.1" />
      </g>
    </svg>
  )
}
