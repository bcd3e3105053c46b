/** The five steps of the sentiment staff, from very negative (1) to very positive (5). */
export type Step = 1 | 2 | 3 | 4 | 5;

export function sentimentStep(score: number): Step {
  if (score < -0.6) return 1;
  if (score < -0.2) return 2;
  if (score <= 0.2) return 3;
  return score <= 0.6 ? 4 : 5;
}
