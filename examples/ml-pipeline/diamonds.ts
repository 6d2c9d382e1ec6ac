/** How the diamonds data set becomes numbers. */
import type { Samples, Split, Table } from './types';

/** Grades in words, from the worst to the best. */
const GRADES = {
  cut: ['Fair', 'Good', 'Very Good', 'Premium', 'Ideal'],
  color: ['J', 'I', 'H', 'G', 'F', 'E', 'D'],
  clarity: ['I1', 'SI2', 'SI1', 'VS2', 'VS1', 'VVS2', 'VVS1', 'IF'],
};

export function toSamples({ columns, rows }: Table): Samples {
  const samples: Samples = { x: [], y: [] };
  for (const row of rows) {
    const text = (column: string) => row[columns.indexOf(column)] ?? '';
    const number = (column: string) => Number(text(column));
    const grade = (column: keyof typeof GRADES) => GRADES[column].indexOf(text(column));
    const volume = number('x') * number('y') * number('z');
    if (volume === 0) continue; // measured wrongly: no diamond is flat
    const cubicMillimetres = Math.round(volume);
    const size = [number('carat'), number('depth'), number('table'), cubicMillimetres];
    samples.x.push([...size, grade('cut'), grade('color'), grade('clarity')]);
    samples.y.push(number('price'));
  }
  return samples;
}

/** Deals the samples out like cards, so that the parts are alike and the same each time. */
export function split({ x, y }: Samples, heldOut: number): Split {
  const parts: Split = { train: { x: [], y: [] }, validation: { x: [], y: [] }, test: { x: [], y: [] } };
  const every = Math.round(1 / heldOut);
  x.forEach((features, index) => {
    const turn = index % every;
    const part = turn === 0 ? parts.test : turn === 1 ? parts.validation : parts.train;
    part.x.push(features);
    part.y.push(y[index]!);
  });
  return parts;
}
