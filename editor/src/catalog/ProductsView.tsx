import { Badge, Group, SimpleGrid, Text, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { formatMoney } from '@heddle/nodes/definitions';
import type { Product } from '@heddle/schemas/api';
import { IconBuildingStore, IconSearch } from '@tabler/icons-react';
import { useState } from 'react';
import { LoadMore } from '../shared/LoadMore.tsx';
import { EmptyState, ErrorState, LoadingRows } from '../shared/PageStates.tsx';
import { useProductList } from './catalog-queries.ts';
import { Picture } from './DraftCard.tsx';
import classes from './Catalog.module.css';

/** What was approved. */
export function ProductsView() {
  const [text, setText] = useState('');
  const [search] = useDebouncedValue(text.trim(), 250);
  const list = useProductList(search);
  return (
    <>
      <TextInput
        mb="md"
        maw={360}
        leftSection={<IconSearch size={16} />}
        placeholder="Search products"
        aria-label="Search products"
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      {list.isPending && <LoadingRows rows={3} height={120} />}
      {list.isError && <ErrorState error={list.error} onRetry={() => void list.refetch()} />}
      {list.data !== undefined && list.items.length === 0 && (
        <EmptyState icon={IconBuildingStore} title={search === '' ? 'No products yet' : 'No product fits'}>
          {search === '' ? 'Approve a draft, and it shows up here.' : 'Try other words.'}
        </EmptyState>
      )}
      <SimpleGrid cols={{ base: 2, sm: 3, lg: 4 }} spacing="md">
        {list.items.map((product) => (
          <ProductCard key={product.id} product={product} />
        ))}
      </SimpleGrid>
      <LoadMore pages={list} />
    </>
  );
}

function ProductCard({ product }: { product: Product }) {
  return (
    <article className={classes['product']} data-testid="product-card">
      <div className={classes['productPicture']}>
        <Picture address={product.images[0] ?? null} />
      </div>
      <div className={classes['productWords']}>
        <Text fw={600} size="sm" lineClamp={2}>
          {product.name}
        </Text>
        <Group gap={8}>
          <Text size="sm" className="tabular">
            {formatMoney(product.priceMinor, product.currency)}
          </Text>
          {product.wasPriceMinor !== null && (
            <Text size="xs" c="dimmed" td="line-through" className="tabular">
              {formatMoney(product.wasPriceMinor, product.currency)}
            </Text>
          )}
        </Group>
        {product.category !== null && (
          <Badge variant="default" size="sm" fw={500} mt={4}>
            {product.category}
          </Badge>
        )}
      </div>
    </article>
  );
}
