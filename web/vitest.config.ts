import react from '@vitejs/plugin-react'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  plugins: [react()],
  resolve: { tsconfigPaths: true },
  test: { environment: 'happy-dom', include: ['src/**/*.test.{ts,tsx}'], env: { TZ: 'UTC' } },
})
