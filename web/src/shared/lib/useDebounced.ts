import { useEffect, useState } from 'react'

/** The value once it has rested for a while (search as you type). */
export function useDebounced<T>(value: T, ms = 250): T {
  const [rested, setRested] = useState(value)
  useEffect(() => {
    const timer = setTimeout(() => setRested(value), ms)
    return () => clearTimeout(timer)
  }, [value, ms])
  return rested
}
