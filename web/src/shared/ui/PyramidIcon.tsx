/** A pyramid of three layers, in the line style of the other icons. */
export function PyramidIcon() {
  return (
    <span className="anticon" aria-hidden="true">
      <svg
        aria-hidden="true"
        viewBox="0 0 16 16"
        width="1em"
        height="1em"
        fill="none"
        stroke="currentColor"
        strokeWidth="1.2"
        strokeLinejoin="round"
      >
        <path d="M8 1.8 14.6 14H1.4Z M5.6 6.3h4.8 M3.5 10.2h9" />
      </svg>
    </span>
  )
}
