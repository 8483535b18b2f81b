/**
 * The shape of a dictionary: the same keys as the Chinese one, any words.
 * English may add `…_one` beside a Chinese `…_other` for its singular.
 */
export type Shape<T> = { [K in keyof T]: T[K] extends string ? string : Shape<T[K]> } & {
  [K in keyof T as K extends `${infer Base}_other` ? `${Base}_one` : never]?: string
}
