import styles from './Kbd.module.css'

/** Keys of a shortcut as caps: `keys="Alt 1"`. Seen only where there is a keyboard. */
export function Kbd({ keys }: { keys: string }) {
  return (
    <span className={styles.keys} aria-hidden="true">
      {keys.split(' ').map((key) => (
        <kbd key={key} className={styles.key}>
          {key}
        </kbd>
      ))}
    </span>
  )
}
