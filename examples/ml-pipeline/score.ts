/** How wrong a model is. */
import { sum } from './numbers';

export const meanError = (predicted: number[], actual: number[]) =>
  sum(actual.map((price, index) => Math.abs(price - predicted[index]!))) / actual.length;
