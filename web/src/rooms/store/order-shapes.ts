/** Orders and products as the desk sees them; money is text, phone and address come masked. */
export interface OrderLine {
  product: string;
  name: string;
  variant: string;
  picture: string;
  quantity: number;
  price: string;
}

export interface Order {
  id: string;
  number: string;
  shop: string;
  customer: string;
  state: string;
  amount: string;
  shipping_fee: string;
  discount: string;
  lines: OrderLine[];
  placed_at: number;
  receiver: { name: string; phone: string; region?: string; address: string };
  remark: string;
  carrier: string | null;
  tracking: string | null;
  events: { at: number; kind: string; text: string }[];
}

export interface Product {
  id: string;
  name: string;
  name_en: string;
  price: string;
  stock: number;
  picture: string;
  category: string;
  variants: { id: string; name: string; stock: number; price: string }[];
}

export const piecesOf = (order: Order): number => order.lines.reduce((sum, line) => sum + line.quantity, 0);

/** What a talk's line shows of an order before the server's own message has come. */
export function cardOf({ id, number, state, amount, lines }: Order): Record<string, unknown> {
  return { order: id, number, state, amount, lines };
}
