export async function someActivity(calledBy: string): Promise<string> {
  return `someActivity called by ${calledBy}`;
}

export async function someIncompatibleActivity({
  calledBy,
  moreData,
}: {
  calledBy: string;
  moreData: string;
}) {
  return `someIncompatibleActivity called by ${calledBy} with ${moreData}`;
}
