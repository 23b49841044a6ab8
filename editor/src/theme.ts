import { createTheme, type CSSVariablesResolver, type MantineColorsTuple } from '@mantine/core';
import type { NODE_CATEGORIES } from '@heddle/schemas';

/** Heddle's own violet-indigo, light to dark. Shade 6 on white has a contrast of 6.3 to 1. */
const weave: MantineColorsTuple = [
  '#f2f0ff',
  '#e3dfff',
  '#c8c0ff',
  '#a99dff',
  '#8e7df8',
  '#7763ec',
  '#5f4bd8',
  '#4f3cbd',
  '#41319c',
  '#33277b',
];

/** Neutral greys with a breath of the brand in them, so that surfaces and brand belong together. */
const gray: MantineColorsTuple = [
  '#f8f8fb',
  '#f1f1f6',
  '#e7e7ef',
  '#d9d9e4',
  '#c3c3d2',
  '#a2a2b5',
  '#7a7a90',
  '#5c5c71',
  '#3f3f51',
  '#272735',
];

const dark: MantineColorsTuple = [
  '#dcdce6',
  '#b9b9c8',
  '#9494a8',
  '#6d6d84',
  '#46465a',
  '#37374a',
  '#272737',
  '#1a1a27',
  '#13131d',
  '#0d0d14',
];

export const theme = createTheme({
  primaryColor: 'weave',
  primaryShade: { light: 6, dark: 5 },
  colors: { weave, gray, dark },
  fontFamily: "'Inter Variable', system-ui, -apple-system, 'Segoe UI', sans-serif",
  fontFamilyMonospace: 'ui-monospace, SFMono-Regular, Menlo, Consolas, monospace',
  headings: { fontFamily: "'Inter Variable', system-ui, sans-serif", fontWeight: '650' },
  defaultRadius: 'md',
  radius: { xs: '4px', sm: '6px', md: '10px', lg: '14px', xl: '20px' },
  cursorType: 'pointer',
  focusRing: 'auto',
  autoContrast: true,
  components: {
    Tooltip: { defaultProps: { withArrow: true, openDelay: 350 } },
    Menu: { defaultProps: { shadow: 'md', withinPortal: true } },
    Modal: { defaultProps: { centered: true, overlayProps: { blur: 3, backgroundOpacity: 0.45 }, radius: 'lg' } },
    SegmentedControl: { defaultProps: { withItemsBorders: false } },
    Switch: { defaultProps: { withThumbIndicator: false } },
    Badge: { defaultProps: { radius: 'sm', tt: 'none', fw: 600 } },
  },
});

const TINTED = ['weave', 'red', 'yellow', 'orange', 'green', 'blue', 'grape'];

/** Tinted surfaces: softer than Mantine's in the light; in the dark its own come out nearly black with a deep violet and with grey. */
export const resolveVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: Object.fromEntries(
    TINTED.flatMap((name) => [
      [`--mantine-color-${name}-light`, `color-mix(in srgb, var(--mantine-color-${name}-6) 11%, transparent)`],
      [`--mantine-color-${name}-light-hover`, `color-mix(in srgb, var(--mantine-color-${name}-6) 17%, transparent)`],
      [`--mantine-color-${name}-light-color`, `color-mix(in srgb, var(--mantine-color-${name}-9) 88%, #000)`],
    ]),
  ),
  dark: {
    ...Object.fromEntries(
      TINTED.flatMap((name) => [
        [`--mantine-color-${name}-light`, `color-mix(in srgb, var(--mantine-color-${name}-5) 17%, transparent)`],
        [`--mantine-color-${name}-light-hover`, `color-mix(in srgb, var(--mantine-color-${name}-5) 25%, transparent)`],
        [`--mantine-color-${name}-light-color`, `var(--mantine-color-${name}-3)`],
      ]),
    ),
    '--mantine-color-weave-light': 'rgb(134 114 255 / 18%)',
    '--mantine-color-weave-light-hover': 'rgb(134 114 255 / 26%)',
    '--mantine-color-weave-light-color': '#c3b9ff',
    '--mantine-color-gray-light': 'rgb(160 160 190 / 14%)',
    '--mantine-color-gray-light-hover': 'rgb(160 160 190 / 22%)',
    '--mantine-color-gray-light-color': '#c4c4d4',
    '--mantine-color-anchor': '#a99dff',
  },
});

/** Where the palette lists a node type. */
export type NodeCategory = (typeof NODE_CATEGORIES)[number];

/** One colour per node category: the canvas, the palette, previews and the run view all use this table. */
export const CATEGORY_COLORS: Readonly<
  Record<
    NodeCategory,
    { readonly title: string; readonly color: string; readonly soft: string; readonly softDark: string }
  >
> = {
  trigger: { title: 'Triggers', color: '#1f9d61', soft: '#e4f6ec', softDark: '#12301f' },
  message: { title: 'Messages', color: '#2f7be0', soft: '#e6f0fd', softDark: '#12263f' },
  logic: { title: 'Logic', color: '#d98a0b', soft: '#fdf3df', softDark: '#35260b' },
  data: { title: 'Data', color: '#0f9da3', soft: '#def5f5', softDark: '#0c2d30' },
  ai: { title: 'AI', color: '#8a4fe0', soft: '#f1e9fd', softDark: '#291a44' },
  connect: { title: 'Connect', color: '#64748b', soft: '#eef1f5', softDark: '#232a35' },
  catalog: { title: 'Catalog', color: '#c2508e', soft: '#fbe9f2', softDark: '#391a2b' },
  publish: { title: 'Publishing', color: '#d9553b', soft: '#fdebe6', softDark: '#3a1a12' },
};
