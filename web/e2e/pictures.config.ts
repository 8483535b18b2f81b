import config from './playwright.config.ts'

/** Not a test: takes the pictures of the README. */
export default { ...config, testMatch: 'pictures.ts', workers: 1, projects: [{ name: 'sqlite' }] }
