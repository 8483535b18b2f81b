/** Options of the file router, shared by vite and by the generator that runs before the type check. */
export const routerOptions = /** @type {const} */ ({
  target: 'react',
  autoCodeSplitting: true,
  routesDirectory: './src/routes',
  generatedRouteTree: './src/routeTree.gen.ts',
  quoteStyle: 'single',
  semicolons: false,
})
