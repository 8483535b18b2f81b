/** The only file with colours: 宣纸 (paper), 黛青 (teal), 朱砂 (cinnabar). */

export type Mode = 'light' | 'dark'

const light = {
  page: '#F6F3EC',
  card: '#FFFFFF',
  raised: '#FBF9F4',
  line: '#E5DFD3',
  field: '#8C877B',
  ink: '#1B2425',
  ink2: '#56605D',
  ink3: '#646D69',
  primary: '#13616B',
  primarySoft: '#E3EFEF',
  onPrimary: '#FFFFFF',
  error: '#B5382A',
  errorSoft: '#FBEAE6',
  warning: '#8A5A00',
  warningSoft: '#FBF0D9',
  success: '#2A7048',
  successSoft: '#E5F2E9',
  info: '#2F5597',
  infoSoft: '#E8EEF8',
  seal: '#B5382A',
  overdue: '#B5382A',
  onOverdue: '#FFFFFF',
  paused: '#EAE7DF',
  onPaused: '#5A615D',
  tierA: '#D3A23C',
  onTierA: '#241800',
  tierB: '#13616B',
  onTierB: '#FFFFFF',
  tierC: '#D5E0E8',
  onTierC: '#28485C',
  tierD: '#EAE7DF',
  onTierD: '#5A615D',
  mask: '#1B242580',
  chart1: '#13616B',
  chart2: '#C27D1A',
  chart3: '#4F7DB3',
  chart4: '#B5382A',
  chart5: '#5F8F6B',
  chart6: '#7A5C99',
  chart7: '#8B8672',
  chart8: '#2B3F4A',
  paperInk: '#000000',
  paper: '#FFFFFF',
} as const

export type ColourName = keyof typeof light
export type Palette = Readonly<Record<ColourName, string>>

const dark: Palette = {
  page: '#12191A',
  card: '#1A2324',
  raised: '#202B2C',
  line: '#314041',
  field: '#738284',
  ink: '#E9ECE6',
  ink2: '#AEB8B2',
  ink3: '#8F9A95',
  primary: '#63B9C0',
  primarySoft: '#17383B',
  onPrimary: '#06201F',
  error: '#F28B7B',
  errorSoft: '#43231E',
  warning: '#E3B25C',
  warningSoft: '#3D3018',
  success: '#7CC498',
  successSoft: '#1C3626',
  info: '#93B4EA',
  infoSoft: '#202F4A',
  seal: '#C74433',
  overdue: '#C74433',
  onOverdue: '#FFFFFF',
  paused: '#343C3A',
  onPaused: '#C0C8C3',
  tierA: '#D9A441',
  onTierA: '#1B1300',
  tierB: '#63B9C0',
  onTierB: '#06201F',
  tierC: '#34495A',
  onTierC: '#D2E2EE',
  tierD: '#343C3A',
  onTierD: '#C0C8C3',
  mask: '#060A0AB3',
  chart1: '#63B9C0',
  chart2: '#E3B25C',
  chart3: '#7FA6DB',
  chart4: '#F28B7B',
  chart5: '#8CC49B',
  chart6: '#B49AD3',
  chart7: '#B9B39B',
  chart8: '#8DA6B3',
  paperInk: '#000000',
  paper: '#FFFFFF',
}

export const palettes: Readonly<Record<Mode, Palette>> = { light, dark }

/** Colours of the series of a chart, in order. */
export function chartColours(mode: Mode): string[] {
  const p = palettes[mode]
  return [p.chart1, p.chart2, p.chart3, p.chart4, p.chart5, p.chart6, p.chart7, p.chart8]
}

/** The same hue at 28 %: "planned" beside "done". */
export function planTint(colour: string): string {
  return `${colour}47`
}

export const fonts = {
  ui: 'system-ui, -apple-system, "Segoe UI", "PingFang SC", "HarmonyOS Sans SC", "Microsoft YaHei UI", "Microsoft YaHei", "Noto Sans SC", "Noto Sans CJK SC", sans-serif',
  brand: '"Songti SC", STSong, "Noto Serif SC", "Noto Serif CJK SC", serif',
  mono: 'ui-monospace, "Cascadia Mono", Menlo, Consolas, "Noto Sans Mono CJK SC", monospace',
} as const

/** `ink2` → `--lk-ink2`, `primarySoft` → `--lk-primary-soft`. */
function variableName(name: string): string {
  return `--lk-${name.replace(/[A-Z]/g, (c) => `-${c.toLowerCase()}`)}`
}

/** Both palettes as CSS variables, chosen by `data-theme` on the root element. */
export function cssVariables(): string {
  const block = (mode: Mode) =>
    Object.entries(palettes[mode])
      .map(([name, value]) => `${variableName(name)}:${value}`)
      .join(';')
  return [
    `:root{--lk-font:${fonts.ui};--lk-font-brand:${fonts.brand};--lk-font-mono:${fonts.mono}}`,
    `:root,:root[data-theme="light"]{color-scheme:light;${block('light')}}`,
    `:root[data-theme="dark"]{color-scheme:dark;${block('dark')}}`,
    `@media print{:root,:root[data-theme="dark"]{color-scheme:light;${block('light')}}}`,
  ].join('\n')
}
